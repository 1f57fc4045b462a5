// What Grafana shows of the answers to a panel's queries: transformations, overrides, units, mappings, colours.
//
// Lives here: calls of Grafana's own library. Must not live here: asking Prometheus, any opinion on the result.
// Reads [{transformations, fieldConfig, frames}] as JSON from standard input; writes for each panel its frames as
// [{name, type, hidden, width, cell, values, texts, colours}] by column.
"use strict";

const { JSDOM } = require("jsdom");

// The library is written for a browser: it looks for a window when it is loaded.
const page = new JSDOM("", { url: "http://localhost/" });
globalThis.window = page.window;
globalThis.document = page.window.document;
globalThis.localStorage = page.window.localStorage;
Object.defineProperty(globalThis, "navigator", { value: page.window.navigator, configurable: true });
for (const word of ["debug", "info", "log", "warn"]) console[word] = () => {}; // standard output is for the answer

const grafana = require("@grafana/data");

const transformers = new Map(Object.values(grafana.standardTransformers).map((each) => [each.id, each]));
grafana.standardTransformersRegistry.setInit(() =>
  [...transformers.values()].map((each) => ({
    id: each.id,
    aliasIds: each.aliasIds,
    name: each.name,
    transformation: each,
    description: "",
    editor: () => null,
  })),
);

const known = {
  unit: grafana.unitOverrideProcessor,
  min: grafana.numberOverrideProcessor,
  max: grafana.numberOverrideProcessor,
  decimals: grafana.numberOverrideProcessor,
  displayName: grafana.displayNameOverrideProcessor,
  noValue: grafana.stringOverrideProcessor,
  thresholds: grafana.thresholdsOverrideProcessor,
  mappings: grafana.valueMappingsOverrideProcessor,
  links: grafana.dataLinksOverrideProcessor,
  color: grafana.identityOverrideProcessor,
  "custom.hidden": grafana.identityOverrideProcessor,
  "custom.width": grafana.identityOverrideProcessor,
  "custom.cellOptions": grafana.identityOverrideProcessor,
};
const registry = new grafana.Registry(() =>
  Object.entries(known).map(([id, process]) => ({
    id,
    name: id,
    path: id.replace("custom.", ""),
    isCustom: id.startsWith("custom."),
    process,
    shouldApply: () => true,
  })),
);

function transformed(panel) {
  const frames = panel.frames.map((frame) => grafana.toDataFrame(frame));
  return new Promise((resolve, reject) => {
    grafana.transformDataFrame(panel.transformations, frames).subscribe({ next: resolve, error: reject });
  });
}

async function shown(panel) {
  const frames = grafana.applyFieldOverrides({
    data: await transformed(panel),
    fieldConfig: panel.fieldConfig,
    replaceVariables: (text) => text,
    theme: grafana.createTheme(),
    timeZone: "Asia/Jakarta",
    fieldConfigRegistry: registry,
  });
  return frames.map((frame) =>
    frame.fields.map((field) => {
      const values = field.values.map((value) => field.display(value));
      return {
        name: grafana.getFieldDisplayName(field, frame, frames),
        type: field.type,
        hidden: Boolean(field.config.custom?.hidden),
        width: field.config.custom?.width ?? null,
        cell: field.config.custom?.cellOptions?.type ?? null,
        values: field.values,
        texts: values.map((value) => grafana.formattedValueToString(value)),
        colours: values.map((value) => value.color ?? null),
      };
    }),
  );
}

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const panels = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  process.stdout.write(JSON.stringify(await Promise.all(panels.map(shown))));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
