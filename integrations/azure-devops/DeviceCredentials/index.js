// Runs one of the scripts beside this file in PowerShell, with the task's inputs as its parameters.
const path = require("path");
const task = require("azure-pipelines-task-lib/task");

// Each action's script parameters, by the inputs that they come from; a boolean is a switch.
const actions = {
  mint: ["deviceList", "requestPath", "certificateAuthority", "certificateAuthorityKey", "kind", "outputPath", "ledger", "shard"],
  test: ["path", "issuer", "accountId", "reportPath"],
  collect: ["path", "destination", "includePrivateKeys"],
  merge: ["path", "destination"],
};
const switches = new Set(["includePrivateKeys"]);

async function run() {
  const action = task.getInput("action", true);
  if (!(action in actions)) throw new Error(`There is no action '${action}': ${Object.keys(actions).join(", ")}.`);

  // PowerShell 7 where it is, Windows PowerShell on Windows otherwise. Each argument is one of its own: no shell takes them apart.
  const powershell = task.tool(task.which("pwsh", false) || task.which(process.platform === "win32" ? "powershell" : "pwsh", true));
  // Windows that is no server runs no scripts unless it is told to.
  powershell.arg(["-NoLogo", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "RemoteSigned", "-File", path.join(__dirname, "scripts", `${action}.ps1`)]);
  for (const name of actions[action]) {
    if (switches.has(name)) powershell.argIf(task.getBoolInput(name), `-${name}`);
    else if (task.getInput(name)) powershell.arg([`-${name}`, task.getInput(name)]);
  }

  const code = await powershell.execAsync({ failOnStdErr: false, ignoreReturnCode: true });
  if (code !== 0) throw new Error(`${action} failed: see the errors above.`);
}

run().then(
  () => task.setResult(task.TaskResult.Succeeded, ""),
  error => task.setResult(task.TaskResult.Failed, error.message),
);
