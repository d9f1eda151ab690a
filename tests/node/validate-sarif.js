// Validates SARIF files against the published schema, which @microsoft/jest-sarif ships; says what is wrong and ends with 1.
const { readFileSync } = require("fs");
const Ajv = require("ajv");

const schema = JSON.parse(readFileSync(require.resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json")));
const ajv = new Ajv({ schemaId: "id", allErrors: true, logger: false, unknownFormats: "ignore" });
ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json"));
const validate = ajv.compile(schema);

for (const file of process.argv.slice(2)) {
  if (validate(JSON.parse(readFileSync(file, "utf8")))) continue;
  console.error(file, validate.errors);
  process.exitCode = 1;
}
