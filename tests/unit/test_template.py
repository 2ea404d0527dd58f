"""What every deployment must have, read from template.yaml itself (docs/checklist.md)."""

from __future__ import annotations

import copy
import json
import re
import tomllib
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest
from local import template, time_zones
from local.settings import ROOT
from samtranslator.parser.parser import Parser  # type: ignore[import-untyped]
from samtranslator.translator.translator import Translator  # type: ignore[import-untyped]

from lambdaboard.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

RESOURCES: dict[str, Any] = template.template()["Resources"]
PARAMETERS: dict[str, Any] = template.template()["Parameters"]

NAMES = {
    "AWS::DynamoDB::Table": "TableName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::IAM::Role": "RoleName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::Serverless::Function": "FunctionName",
}
"""The property that would give a resource a name of ours."""


def of_type(kind: str) -> dict[str, Any]:
    return {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == kind}


def statements(role: str) -> Iterator[dict[str, Any]]:
    """Yield what a role of ours grants, on whatever condition."""
    for policy in RESOURCES[role]["Properties"]["Policies"]:
        yield from policy.get("Fn::If", [None, policy])[1]["PolicyDocument"]["Statement"]


# --- parameters -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_parameter_is_described_and_restricted_and_its_default_is_allowed(name: str) -> None:
    parameter = PARAMETERS[name]
    assert parameter["Description"]
    assert {"AllowedValues", "AllowedPattern", "MinValue"} & parameter.keys(), "takes anything"
    assert "ConstraintDescription" in parameter or "AllowedPattern" not in parameter, "a pattern explains nothing"
    assert template.fault(parameter, str(parameter["Default"])) == ""


def test_each_parameter_is_in_a_group_of_the_console_and_in_a_document() -> None:
    groups = template.template()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(PARAMETERS)
    documents = "".join((ROOT / "docs" / name).read_text() for name in ("settings.md", "deploy.md"))
    assert [name for name in PARAMETERS if f"`{name}`" not in documents] == []


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        (
            "CorsOrigins",
            ["", "*", "https://a.example", "http://localhost:3000"],
            ["a.example", "https://a/b", "ftp://a"],
        ),
        (
            "AlarmTopic",
            ["", "arn:aws:sns:eu-central-1:111122223333:alarms"],
            ["alarms", "arn:aws:sqs:x:1:a"],
        ),
        ("BaseUrl", ["", "https://a.example/b"], ["https://a.example/", "a.example"]),
        (
            "ExistingTableStream",
            ["", "arn:aws:dynamodb:eu-central-1:111122223333:table/a-b.c/stream/2026-11-30T12:00:00.000"],
            ["a", "arn:aws:dynamodb:eu-central-1:111122223333:table/a"],
        ),
        (
            "DomainName",
            ["", "board.example.com", "xn--bcher-kva.example"],
            ["example", "https://a.example", "a..b", "-a.b"],
        ),
        ("DomainPath", ["", "board", "v1/board"], ["/board", "board/", "a b"]),
        ("Timezone", ["UTC", "Europe/Berlin", "US/Eastern", "Etc/GMT+5"], ["", "Europe", "Europe/Nowhere", "utc"]),
        ("RequestsPerSecond", ["1", "10000"], ["0", "10001", "1.5", ""]),
        ("MaxFileMegabytes", ["5", "1000", "5000"], ["4", "5001", "1.5", ""]),
    ],
)
def test_a_parameter_takes_what_makes_sense_and_nothing_else(name: str, good: list[str], bad: list[str]) -> None:
    assert [value for value in good if template.fault(PARAMETERS[name], value)] == []
    assert [value for value in bad if not template.fault(PARAMETERS[name], value)] == []


def test_the_time_zones_are_those_of_the_package_that_is_deployed_and_the_settings_read_each() -> None:
    assert template.template()["Parameters"]["Timezone"]["AllowedValues"] == time_zones.names()
    is_current = time_zones.FILE.read_text(encoding="utf-8") == time_zones.content()
    assert is_current, "template.yaml is stale: run `make docs`"
    deployed = (ROOT / "layers" / "dependencies" / "requirements.in").read_text()
    assert f"\ntzdata=={version('tzdata')}\n" in deployed
    others = {"TABLE_NAME": "table", "BUCKET_NAME": "bucket", "API_TOKEN": "token"}
    read = [str(Settings.from_environment({**others, "TIMEZONE": name}).timezone) for name in time_zones.names()]
    assert read == time_zones.names()


# --- resources --------------------------------------------------------------------------------------------------


def test_two_stacks_fit_one_account_since_nothing_has_a_name_an_account_or_a_region_of_its_own() -> None:
    for each in RESOURCES.values():
        name = each["Properties"].get(NAMES.get(each["Type"], ""), {"Fn::Sub": "${AWS::StackName}"})
        assert "${AWS::StackName}" in str(name["Fn::Sub"]), name
    assert all(
        each["LayerName"]["Fn::Sub"].startswith("${AWS::StackName}")
        for each in of_type("AWS::Serverless::LayerVersion").values()
    )
    text = (ROOT / "template.yaml").read_text()
    assert re.findall(r"\d{12}|\b(?:us|eu|ap|sa|ca)-[a-z]+-\d\b", text) == []


@pytest.mark.parametrize("role", of_type("AWS::IAM::Role"))
def test_a_role_names_its_actions_and_resources_but_for_x_ray_which_has_none(role: str) -> None:
    for statement in statements(role):
        actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        assert all(re.fullmatch(r"[a-z0-9]+:[A-Za-z]+", action) for action in actions), actions
        if statement["Resource"] == "*":
            assert all(action.startswith("xray:Put") for action in actions)


@pytest.mark.parametrize("name", of_type("AWS::Serverless::Function"))
def test_a_function_has_a_role_and_a_log_group_of_its_own(name: str) -> None:
    declared = RESOURCES[name]["Properties"]
    area = name.removesuffix("Function")
    assert declared["Role"] == {"Fn::GetAtt": [f"{area}Role", "Arn"]}
    assert declared["LoggingConfig"] == {"LogGroup": {"Ref": f"{area}Logs"}}
    assert not {"Policies", "ManagedPolicyArns"} & declared.keys()


def test_logs_expire() -> None:
    groups = of_type("AWS::Logs::LogGroup")
    assert len(groups) == 4
    assert all(each["RetentionInDays"] == {"Fn::If": ["InProduction", 90, 14]} for each in groups.values())


def test_logs_outlive_their_stack_and_what_the_gateway_writes_needs_no_policy_of_its_own() -> None:
    for name in of_type("AWS::Logs::LogGroup"):
        assert (RESOURCES[name]["DeletionPolicy"], RESOURCES[name]["UpdateReplacePolicy"]) == (
            "RetainExceptOnCreate",
            "Retain",
        )
    name, given = RESOURCES["AccessLogs"]["Properties"]["LogGroupName"]["Fn::Sub"]
    assert name.startswith("/aws/vendedlogs/")
    # a stack that is made anew would else find the group of the old one in its way
    assert given["Id"] == {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}


def test_lambda_logs_the_time_and_the_memory_of_each_call() -> None:
    # as JSON a level would have to be set for that; as text the line REPORT is always written
    assert template.template()["Globals"]["Function"]["LoggingConfig"] == {"LogFormat": "Text"}


def test_the_log_of_the_gateway_is_of_the_class_at_half_the_price_and_asked_for_by_queries_alone() -> None:
    (access,) = (name for name in of_type("AWS::Logs::LogGroup") if "LogGroupClass" in RESOURCES[name]["Properties"])
    assert (access, RESOURCES[access]["Properties"]["LogGroupClass"]) == ("AccessLogs", "INFREQUENT_ACCESS")
    assert not of_type("AWS::Logs::MetricFilter")
    assert not of_type("AWS::Logs::SubscriptionFilter")


def test_the_table_is_encrypted_by_a_key_that_costs_nothing_and_is_protected_once_the_stack_is_there() -> None:
    table = RESOURCES["Table"]["Properties"]
    assert "SSESpecification" not in table, "the managed key pays KMS by the request"
    assert "DeletionProtectionEnabled" not in table, "a first deployment that fails could not be taken back"


@pytest.mark.parametrize("logical", ["Table", "Bucket"])
def test_another_table_or_bucket_takes_the_place_of_the_own_one_everywhere(logical: str) -> None:
    own, existing = f"Own{logical}", f"Existing{logical}"
    assert RESOURCES[logical]["Condition"] == own
    assert template.template()["Conditions"][own] == {"Fn::Equals": [{"Ref": existing}, ""]}
    instead = {"Fn::If": [own, {"Ref": logical}, {"Ref": existing}]}
    rest = {name: each for name, each in RESOURCES.items() if name != logical} | template.template()["Outputs"]
    text = json.dumps([rest, template.template()["Globals"]])
    assert text.count(json.dumps({"Ref": logical})) == text.count(json.dumps(instead)) > 5
    assert not re.search(rf"\$\{{{logical}[.}}]", text)
    assert text.count(f'["{logical}", ') == (1 if logical == "Table" else 0), "the stream's ARN, and nothing else"
    source = RESOURCES["CascadeSource"]["Properties"]["EventSourceArn"]
    assert source == {"Fn::If": ["OwnTable", {"Fn::GetAtt": ["Table", "StreamArn"]}, {"Ref": "ExistingTableStream"}]}


def test_a_domain_is_mapped_to_the_api_and_links_begin_with_it_unless_they_are_set() -> None:
    domain, mapping = RESOURCES["Domain"], RESOURCES["DomainMapping"]
    assert (domain["Condition"], mapping["Condition"]) == ("HasDomain", "HasDomain")
    (configuration,) = domain["Properties"]["DomainNameConfigurations"]
    assert configuration["CertificateArn"] == {"Ref": "CertificateArn"}
    assert mapping["Properties"]["DomainName"] == {"Ref": "Domain"}
    path = {"Fn::If": ["HasDomainPath", {"Ref": "DomainPath"}, {"Ref": "AWS::NoValue"}]}
    assert mapping["Properties"]["ApiMappingKey"] == path
    condition, of_domain, given = template.template()["Globals"]["Function"]["Environment"]["Variables"]["BASE_URL"][
        "Fn::If"
    ]
    assert template.template()["Conditions"][condition] == {
        "Fn::And": [{"Condition": "HasDomain"}, {"Fn::Equals": [{"Ref": "BaseUrl"}, ""]}]
    }
    assert of_domain["Fn::Sub"][0] == "https://${DomainName}${Path}"
    assert given == {"Ref": "BaseUrl"}


LOGGED = {
    "requestId", "identity.sourceIp", "routeKey", "status", "responseLength", "responseLatency",
    "integrationErrorMessage", "error.message",
}  # fmt: skip
"""What the gateway says of a request by itself; the route is one of ours, or none."""


def test_the_access_log_has_nothing_that_a_client_sends_and_so_no_credentials_and_nothing_to_escape() -> None:
    logged = RESOURCES["ApiStage"]["Properties"]["AccessLogSettings"]["Format"]
    assert set(re.findall(r"\$(?:context\.)?([A-Za-z.]+)", logged)) == LOGGED
    assert {*json.loads(logged).values()} == {f"$context.{name}" for name in LOGGED}
    (query,) = (each for name, each in RESOURCES.items() if name == "RefusedCallersQuery")
    asked = set(re.findall(r"[A-Za-z]+", query["Properties"]["QueryString"].split(" by ")[1].split("\n")[0]))
    assert asked <= set(json.loads(logged))


def test_the_gateway_throttles() -> None:
    settings = RESOURCES["ApiStage"]["Properties"]["DefaultRouteSettings"]
    assert settings == {
        "ThrottlingRateLimit": {"Ref": "RequestsPerSecond"},
        "ThrottlingBurstLimit": {"Ref": "RequestsAtOnce"},
    }


def test_a_record_that_always_fails_blocks_the_stream_for_hours_at_most_and_is_kept() -> None:
    source = RESOURCES["CascadeSource"]["Properties"]
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["BisectBatchOnFunctionError"] is True
    assert 0 < source["MaximumRetryAttempts"] <= 10
    assert 0 < source["MaximumRecordAgeInSeconds"] <= 21_600
    assert source["DestinationConfig"] == {"OnFailure": {"Destination": {"Fn::GetAtt": ["CascadeFailures", "Arn"]}}}


@pytest.mark.parametrize("name", ["Table", "Bucket"])
def test_no_change_and_no_deletion_of_a_stack_deletes_what_people_wrote(name: str) -> None:
    assert (RESOURCES[name]["DeletionPolicy"], RESOURCES[name]["UpdateReplacePolicy"]) == (
        "RetainExceptOnCreate",
        "Retain",
    )


def test_table_and_bucket_forget_what_was_removed_at_the_same_time() -> None:
    table, bucket = RESOURCES["Table"]["Properties"], RESOURCES["Bucket"]["Properties"]
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    kept = [rule.get("NoncurrentVersionExpiration") for rule in bucket["LifecycleConfiguration"]["Rules"]]
    assert {"NoncurrentDays": 35} in kept
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}


@pytest.mark.parametrize("name", ["CascadeFunction", "SweepFunction"])
def test_what_nobody_waits_for_has_the_most_time_that_a_function_can_have(name: str) -> None:
    assert RESOURCES[name]["Properties"]["Timeout"] == 900


def test_pages_of_other_origins_transfer_files_where_they_may_call_the_api() -> None:
    condition, rules, otherwise = RESOURCES["Bucket"]["Properties"]["CorsConfiguration"]["Fn::If"]
    (rule,) = rules["CorsRules"]
    of_api = RESOURCES["Api"]["Properties"]["CorsConfiguration"]["Fn::If"]
    assert (condition, otherwise) == (of_api[0], of_api[2]) == ("HasCors", {"Ref": "AWS::NoValue"})
    assert rule["AllowedOrigins"] == of_api[1]["AllowOrigins"] == {"Ref": "CorsOrigins"}
    assert of_api[1]["ExposeHeaders"] == ["x-ignored-params", "x-refused"]
    assert rule["AllowedMethods"] == ["GET", "PUT"]
    assert {*rule["AllowedHeaders"]} >= {"x-amz-checksum-sha256", "content-type"}


def test_the_bucket_stays_private() -> None:
    blocked = RESOURCES["Bucket"]["Properties"]["PublicAccessBlockConfiguration"]
    assert len(blocked) == 4
    assert all(blocked.values())


# --- alarms -----------------------------------------------------------------------------------------------------

ALARMS = of_type("AWS::CloudWatch::Alarm")
GATE = ("NewVersionErrorsAlarm", "NewVersionFaultsAlarm")


def test_there_are_no_more_alarms_by_default_than_an_account_has_free() -> None:
    default = [name for name in ALARMS if RESOURCES[name]["Condition"] in {"InProduction", "IsGradual"}]
    assert len(default) == 10
    assert not [name for name in ALARMS if "Metrics" in ALARMS[name]], "an alarm on a formula costs as many as it has"


@pytest.mark.parametrize("name", [name for name in ALARMS if name not in GATE])
def test_an_alarm_rings_in_production_reaches_the_topic_and_has_its_line_in_the_manual(name: str) -> None:
    declared = ALARMS[name]
    to_topic = {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]}
    assert RESOURCES[name]["Condition"] in {"InProduction", "HasMoreAlarms"}
    assert (declared["AlarmActions"], declared["OKActions"]) == (to_topic, to_topic)
    assert declared["TreatMissingData"] == ("breaching" if name == "SweepMissedAlarm" else "notBreaching")
    section = (ROOT / "docs" / "operations.md").read_text().split("## Alarms")[1].split("\n## ")[0]
    assert f"`{name.removesuffix('Alarm')}`" in section


def translated(**parameters: str) -> dict[str, Any]:
    """Return the resources that SAM makes of the template with these parameters."""
    copied = copy.deepcopy(template.template())
    for each in copied["Resources"].values():
        each.get("Properties", {}).update(
            {name: "s3://bucket/key" for name in ("CodeUri", "ContentUri") if name in each.get("Properties", {})}
        )
    made: dict[str, Any] = Translator({}, Parser()).translate(copied, parameters)["Resources"]
    return made


def test_what_stops_a_deployment_looks_at_the_new_version_alone_by_an_alarm_that_no_version_before_has_rung() -> None:
    made = translated(Stage="prod")
    (version,) = (name for name, each in made.items() if each["Type"] == "AWS::Lambda::Version")
    number = {"Fn::GetAtt": [version, "Version"]}
    of_lambda, of_ours = (made[name]["Properties"] for name in GATE)
    assert of_lambda["Dimensions"] == [
        {"Name": "FunctionName", "Value": {"Ref": "RpcFunction"}},
        {"Name": "Resource", "Value": {"Fn::Sub": "${RpcFunction}:live"}},
        {"Name": "ExecutedVersion", "Value": number},
    ]
    assert (of_ours["MetricName"], of_ours["Dimensions"]) == ("InternalErrors", [{"Name": "version", "Value": number}])
    for each in (of_lambda, of_ours):
        # an alarm keeps its state when it is changed; another name makes it another one
        assert f"${{{version}.Version}}" in each["AlarmName"]["Fn::Sub"]
        assert each["AlarmName"]["Fn::Sub"].startswith("${AWS::StackName}-")
        assert (each["Period"], each["EvaluationPeriods"], each["DatapointsToAlarm"]) == (60, 5, 1)


def test_a_deployment_at_once_is_stopped_by_nothing_and_no_other_alarm_ever_stops_one() -> None:
    group = translated(Stage="prod")["RpcFunctionDeploymentGroup"]["Properties"]
    condition, gate, nothing = group["AlarmConfiguration"]["Fn::If"]
    assert (condition, nothing) == ("IsGradual", {})
    assert gate == {"Enabled": True, "Alarms": [{"Name": {"Ref": name}} for name in GATE]}
    condition, _, at_once = group["DeploymentConfigName"]["Fn::If"]
    assert (condition, at_once["Fn::Sub"][1]) == ("IsGradual", {"ConfigName": "AllAtOnce"})
    gradual = {"Fn::And": [{"Condition": "InProduction"}, {"Fn::Equals": [{"Ref": "AtOnce"}, "false"]}]}
    assert template.template()["Conditions"]["IsGradual"] == gradual


def test_deploying_at_once_does_not_stay_since_each_deployment_says_whether_it_is() -> None:
    assert "AllAtOnce" not in PARAMETERS["Deployment"]["AllowedValues"]
    settings = tomllib.loads((ROOT / "samconfig.toml").read_text())
    for stage in ("default", "prod"):
        assert "AtOnce=false" in settings[stage]["deploy"]["parameters"]["parameter_overrides"].split()


def test_in_production_calls_always_go_to_the_alias_so_that_no_deployment_begins_with_a_switch_to_new_code() -> None:
    of_api = RESOURCES["RpcIntegration"]["Properties"]["IntegrationUri"]
    permitted = RESOURCES["RpcPermission"]["Properties"]["FunctionName"]
    for where in (of_api, permitted):
        assert where["Fn::If"][:2] == ["InProduction", {"Ref": "RpcFunction.Alias"}]


def test_the_alarm_on_slowness_works_for_twenty_people_and_for_two_thousand() -> None:
    alarm = ALARMS["SlowAlarm"]
    assert (alarm["MetricName"], alarm["ExtendedStatistic"], alarm["EvaluationPeriods"]) == ("Latency", "p99", 3)
    # CloudWatch takes p99 for significant from 10 / (1 - 0.99) = 1,000 values a period
    assert alarm["EvaluateLowSampleCountPercentile"] == "evaluate"


def test_an_alarm_sees_within_two_days_that_one_daily_repair_did_not_come_to_an_end() -> None:
    alarm = RESOURCES["SweepMissedAlarm"]["Properties"]
    schedule = RESOURCES["SweepFunction"]["Properties"]["Events"]["Daily"]["Properties"]
    assert schedule["ScheduleExpression"] == "rate(1 day)"
    assert 86_400 < alarm["Period"] * alarm["EvaluationPeriods"] < 2 * 86_400
    assert alarm["Period"] >= 3_600, "CloudWatch evaluates shorter periods over a day at most"
    assert (alarm["Statistic"], alarm["ComparisonOperator"], alarm["Threshold"]) == (
        "SampleCount",
        "LessThanThreshold",
        1,
    )


def test_the_daily_repair_takes_one_of_the_parts_that_the_parameter_says() -> None:
    schedule = RESOURCES["SweepFunction"]["Properties"]["Events"]["Daily"]["Properties"]
    assert schedule["Input"] == {"Fn::Sub": '{"repair": true, "parts": ${SweepParts}}'}
    assert (PARAMETERS["SweepParts"]["Default"], PARAMETERS["SweepParts"]["MinValue"]) == (7, 1)


@pytest.mark.parametrize("name", of_type("AWS::Logs::QueryDefinition"))
def test_a_saved_query_is_in_the_manual_under_its_title(name: str) -> None:
    title = RESOURCES[name]["Properties"]["Name"]["Fn::Sub"].removeprefix("${AWS::StackName}/")
    assert f"| {title} |" in (ROOT / "docs" / "operations.md").read_text()
