// Validates a task of Azure Pipelines with tfx-cli, the vendor's tool, and asks it for the newest Node.js that runs tasks.
const { readFileSync } = require("fs");
const path = require("path");
const tool = require.resolve("tfx-cli/_build/lib/jsonvalidate");

const file = path.resolve(process.argv[2]);
const task = JSON.parse(readFileSync(file, "utf8"));
const problems = require(tool).validateTask(file, task);
const handlers = readFileSync(tool, "utf8").match(/"Node\d+(_\d+)?"/g).map(name => name.slice(1, -1));
const newest = handlers.sort((a, b) => parseInt(a.slice(4)) - parseInt(b.slice(4))).pop();
if (!(newest in task.execution)) problems.push(`there is no handler ${newest}`);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
