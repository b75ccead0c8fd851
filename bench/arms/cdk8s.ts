import { ApiObject, App, Chart } from "cdk8s";
import { readRendered } from "../rendered.ts";

/** The same objects, one chart a tenant, synthesised to YAML in memory. Takes the rendered file. */
const [file = ""] = process.argv.slice(2);
const app = new App();
const charts = new Map<string, Chart>();
let objects = 0;
for await (const { key, unit, object } of readRendered(file)) {
  const chart = charts.get(unit) ?? new Chart(app, unit);
  charts.set(unit, chart);
  new ApiObject(chart, key.replaceAll("/", "."), object);
  objects += 1;
}
process.stdout.write(JSON.stringify({ objects, characters: app.synthYaml().length }));
