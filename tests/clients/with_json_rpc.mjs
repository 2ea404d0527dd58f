// What a user of the npm package `json-rpc-2.0` does; `run` says where (URL), in which format (WIRE) and as whom (LOGIN, PASSWORD).

import assert from "node:assert/strict";
import { JSONRPCClient } from "json-rpc-2.0";

const { URL: url, WIRE: wire, LOGIN: login, PASSWORD: password } = process.env;
const content = Buffer.from(Array.from({ length: 256_000 }, (_, place) => (place * 7) % 256));

// A number as it stands in an object of a result.
const number = (value) => (wire === "documented" ? String(value) : value);

// The sending function of the package's own README, with credentials.
const clientOf = (secret) => {
  const client = new JSONRPCClient((request) =>
    fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: `Basic ${Buffer.from(`${login}:${secret}`).toString("base64")}`,
      },
      body: JSON.stringify(request),
    }).then((response) => {
      if (response.status === 200) {
        return response.json().then((answer) => client.receive(answer));
      } else if (request.id !== undefined) {
        return Promise.reject(new Error(response.statusText));
      }
    }),
  );
  return client;
};
const client = clientOf(password);
const call = (method, params) => client.request(method, params);

// A project, and tasks in parallel.
const project_id = await call("createProject", { name: "Łódź" });
assert.equal((await call("getProjectById", [project_id])).name, "Łódź");
const columns = (await call("getColumns", [project_id])).map((column) => Number(column.id));
assert.equal(columns.length, 4);
const titles = ["żagiel", "ster", "maszt"];
const tasks = [];
for (const title of titles) tasks.push(await call("createTask", { title, project_id, tags: ["łódka"] }));
const read = await Promise.all(tasks.map((task_id) => call("getTask", { task_id })));
assert.deepEqual(read.map((task) => task.title), titles);
assert.deepEqual(read.map((task) => task.position), [1, 2, 3].map(number));
assert.deepEqual(Object.values(await call("getTaskTags", [tasks[0]])), ["łódka"]);

// Metadata, by position.
const values = { "klucz ż": "wartość", n: "5" };
assert.equal(await call("saveTaskMetadata", [tasks[0], values]), true);
assert.deepEqual(await call("getTaskMetadata", [tasks[0]]), wire === "documented" ? [values] : values);
assert.equal(await call("getTaskMetadataByName", [tasks[0], "klucz ż"]), "wartość");

// A binary file.
const blob = content.toString("base64");
const file_id = await call("createTaskFile", { project_id, task_id: tasks[0], filename: "łódź.bin", blob });
assert.equal((await call("getTaskFile", { file_id })).size, number(content.length));
assert.ok(Buffer.from(await call("downloadTaskFile", { file_id }), "base64").equals(content));

// Moves: a client that shows a board sends the task's place as a whole.
const [lane] = await call("getActiveSwimlanes", [project_id]);
const place = { project_id, column_id: columns[2], swimlane_id: Number(lane.id) };
assert.equal(await call("moveTaskPosition", { ...place, task_id: tasks[0], position: 1 }), true);
assert.equal(await call("moveTaskPosition", { ...place, task_id: tasks[2], position: 1 }), true);
const board = await call("getAllTasks", { project_id });
assert.deepEqual(
  board.map((task) => [Number(task.id), Number(task.column_id), Number(task.position)]),
  [[tasks[0], columns[2], 2], [tasks[1], columns[0], 1], [tasks[2], columns[2], 1]],
);

const [shown] = await call("getBoard", { project_id });
assert.deepEqual(
  shown.columns.map((column) => column.tasks.map((task) => Number(task.id))),
  [[tasks[1]], [], [tasks[2], tasks[0]], []],
);

// A notification has no answer, but an effect.
client.notify("closeTask", { task_id: tasks[1] });
const query = { project_id, query: "status:closed" };
for (let tries = 0; tries < 50 && !(await call("searchTasks", query)).length; tries++) {
  await new Promise((resolve) => setTimeout(resolve, 100));
}
assert.deepEqual((await call("searchTasks", query)).map((task) => task.title), ["ster"]);

// A batch: each answer finds its request by the id.
const batch = tasks.map((task_id, place) => ({ jsonrpc: "2.0", id: `no ${place}`, method: "getTask", params: [task_id] }));
const answers = await client.requestAdvanced(batch);
assert.deepEqual(answers.map((answer) => [answer.id, answer.result.title]), titles.map((title, place) => [`no ${place}`, title]));

// Removal, and what is not there; what is a person's own, and what only others may do.
const forbidden = { message: "Forbidden" };
assert.equal(await call("removeTask", { task_id: tasks[0] }), true);
if (login === "jsonrpc") {
  assert.equal(await call("getTask", { task_id: tasks[0] }), null);
  assert.equal(await call("downloadTaskFile", { file_id }), "");
  await assert.rejects(call("getMe"), forbidden);
} else {
  const me = await call("getMe");
  assert.deepEqual([me.username, me.role], [login, "app-manager"]);
  const private_id = await call("createMyPrivateProject", ["Tajny"]);
  const mine = new Map((await call("getMyProjects")).map((project) => [Number(project.id), project.is_private]));
  assert.deepEqual([mine.get(project_id), mine.get(private_id)], [0, 1].map(number));
  const task_id = await call("createTask", { project_id: private_id, title: "moje", owner_id: Number(me.id) });
  await call("createTask", { project_id: private_id, title: "niczyje" });
  const found = await call("searchTasks", [private_id, "assignee:me"]);
  assert.deepEqual(found.map((task) => [task.id, task.assignee_username]), [[number(task_id), login]]);
  await assert.rejects(call("getTask", { task_id: tasks[0] }), forbidden);
  await assert.rejects(call("downloadTaskFile", { file_id }), forbidden);
  await assert.rejects(call("getAllUsers"), forbidden);
}

// Errors. The package takes an answer with both or neither of `result` and `error` as one of its own.
await assert.rejects(call("noSuchProcedure", {}), { message: "Method not found", code: -32601 });
await assert.rejects(call("getTask", {}), (error) => error.code === -32602);
await assert.rejects(clientOf("wrong").request("getVersion"), { message: "Unauthorized" });
