// Validates YAML files against a schema of schemastore, by its name. Says what is wrong, and ends with 1.
const { readFileSync } = require("fs");
const Ajv = require("ajv");
const yaml = require("yaml");

const [name, ...files] = process.argv.slice(2);
const schema = JSON.parse(readFileSync(require.resolve(`schemastore/schemas/json/${name}.json`)));
// Azure Pipelines takes a number or a boolean where it wants a string.
const validate = new Ajv({ allErrors: true, coerceTypes: name.includes("azure-pipelines"), logger: false, unknownFormats: "ignore" }).compile(schema);

for (const file of files) {
  if (validate(yaml.parse(readFileSync(file, "utf8")))) continue;
  // Of the branches of a choice, the errors deepest in the file are those of the branch that was meant.
  const depth = error => error.dataPath.length;
  for (const error of validate.errors.sort((a, b) => depth(b) - depth(a)).slice(0, 5)) console.error(file, error.dataPath, error.message, error.params);
  process.exitCode = 1;
}
