// Lints a Dockerfile, then takes its steps in folders, without a container engine: every COPY finds its files among those that
// .dockerignore leaves, every RUN succeeds, and the entry point starts. Prints what the entry point prints for the given arguments.
const { spawnSync } = require("child_process");
const fs = require("fs");
const os = require("os");
const path = require("path");
const { DockerfileParser } = require("dockerfile-ast");
const { validate } = require("dockerfile-utils");

const [dockerfile, ...entryArguments] = process.argv.slice(2);
const source = path.dirname(path.resolve(dockerfile));
const text = fs.readFileSync(dockerfile, "utf8");
const work = fs.mkdtempSync(path.join(os.tmpdir(), "image-"));

function fail(message) {
  throw new Error(`${dockerfile}: ${message}`);
}

function run(command, args, cwd) {
  const result = spawnSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  if (result.status !== 0) fail(`${command} ${args.join(" ")}\n${result.stdout}${result.stderr}${result.error ?? ""}`);
  return result.stdout;
}

// One pattern of .dockerignore as a regular expression: a folder stands for all that is in it.
function compile(pattern) {
  const body = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*\*\/|\*/g, star => (star === "*" ? "[^/]*" : "(?:.*/)?"));
  return new RegExp(`^${body}(?:/.*)?$`);
}

// The build context: tracked files that the last pattern to match does not exclude.
function context() {
  const rules = fs.readFileSync(path.join(source, ".dockerignore"), "utf8").split("\n").filter(line => line && !line.startsWith("#"))
    .map(line => ({ isKept: line.startsWith("!"), pattern: compile(line.replace(/^!/, "")) }));
  const folder = path.join(work, "context");
  for (const file of run("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], source).split("\0").filter(Boolean)) {
    const last = rules.filter(rule => rule.pattern.test(file)).pop();
    if (last && !last.isKept) continue;
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.copyFileSync(path.join(source, file), path.join(folder, file));
  }
  return folder;
}

function copy(args, stage, stages, from) {
  const sources = args.slice(0, -1);
  const target = path.resolve("/", stage.folder, args.at(-1));
  for (const one of sources) {
    const file = path.join(from ? stages[from].root : stages.context, one);
    if (!fs.existsSync(file)) fail(`there is no ${one} to copy`);
    const isFolder = fs.statSync(file).isDirectory();
    const place = path.join(stage.root, target, isFolder || !args.at(-1).endsWith("/") ? "" : path.basename(one));
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.cpSync(file, place, { recursive: true, verbatimSymlinks: true });
  }
}

function build() {
  const problems = validate(text);
  if (problems.length > 0) fail(problems.map(p => `line ${p.range.start.line + 1}: ${p.message}`).join("\n"));
  const stages = { context: context() };
  let stage;
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const args = instruction.getArguments().map(argument => argument.getValue());
    switch (instruction.getKeyword()) {
      case "FROM":
        stage = { root: fs.mkdtempSync(path.join(work, "stage-")), folder: "/", user: "root" };
        stages[args[2] ?? "last"] = stage;
        // What every base image has.
        for (const folder of ["usr/local/bin", "tmp"]) fs.mkdirSync(path.join(stage.root, folder), { recursive: true });
        break;
      case "WORKDIR":
        stage.folder = args[0];
        fs.mkdirSync(path.join(stage.root, stage.folder), { recursive: true });
        break;
      case "COPY":
        copy(args, stage, stages, instruction.getFlags().find(flag => flag.getName() === "from")?.getValue());
        break;
      case "RUN": {
        // The paths of the image are below the stage's folder.
        const command = instruction.getArgumentsContent().replace(/(^|[\s=])\/(?=\w)/g, `$1${stage.root}/`);
        run("/bin/sh", ["-c", command], path.join(stage.root, stage.folder));
        break;
      }
      case "USER":
        stage.user = args[0];
        break;
      case "ENTRYPOINT":
        stage.entryPoint = JSON.parse(instruction.getArgumentsContent());
        break;
      case "ENV":
        break;
      default:
        fail(`${instruction.getKeyword()} is not a step that this script knows`);
    }
  }
  if (["root", "0"].includes(stage.user)) fail("the image runs as root");
  const [program, ...first] = stage.entryPoint;
  process.stdout.write(run(path.join(stage.root, program), [...first, ...entryArguments], path.join(stage.root, stage.folder)));
}

try {
  build();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}
