"""The development server: what `make run` starts. Nothing of it is deployed.

__main__    `make run`: the local AWS, the server and its restarts, a clean stop
settings    the settings in the environment
aws         the local AWS: its environment, its lock, its start and end
engines     the engine for DynamoDB: DynamoDB Local if Java and npm are installed, else ministack
ministack   ministack with a journal
copy_data   `make copy`
process     child processes that always end with their parent
template    template.yaml, read for everything below
resources   the table and the bucket as the template declares them; the tests use it, too
server      the process that is restarted when code changes
console     the lines of calls on the terminal
gateway     HTTP <-> the events and answers of API Gateway (HTTP API, payload 2.0)
functions   the handlers of functions/, called as Lambda calls them
stream      the table's stream -> functions/cascade
sweep       `make sweep`
audit       `make audit`
deploy      `make deploy`
adopt       `make adopt`
rotate      `make rotate`
lock        `make lock`
"""
