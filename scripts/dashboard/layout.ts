import type { Panel, Row } from "./panel.ts";

/** Grafana's grid is 24 wide. */
const gridWidth = 24;
const sizes = {
  stat: { width: 4, height: 4 },
  timeseries: { width: 8, height: 8 },
  table: { width: 24, height: 6 },
} as const;

const datasource = { type: "prometheus", uid: "${datasource}" };

/** Returns the rows as Grafana's dashboard, ready to be imported. */
export function dashboardOf(title: string, rows: readonly Row[]): object {
  return {
    title,
    uid: "cri-ferry",
    tags: ["kubernetes", "cri", "cri-ferry"],
    schemaVersion: 39,
    editable: true,
    graphTooltip: 1,
    refresh: "30s",
    time: { from: "now-3h", to: "now" },
    templating: { list: variables },
    panels: placed(rows),
  };
}

const variables = [
  { name: "datasource", label: "Data source", type: "datasource", query: "prometheus" },
  variable("job", "Job", "label_values(cri_ferry_build_info, job)"),
  variable("node", "Node", 'label_values(cri_ferry_build_info{job=~"$job"}, instance)'),
];

/** Every value is chosen at first. */
function variable(name: string, label: string, query: string): object {
  return {
    name,
    label,
    type: "query",
    datasource,
    query,
    definition: query,
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: ".+",
    current: { text: "All", value: "$__all" },
  };
}

/** Panels from left to right, each row below the one before. */
function placed(rows: readonly Row[]): readonly object[] {
  const list: object[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    const at = { h: 1, w: gridWidth, x: 0, y };
    list.push({
      id: list.length + 1,
      type: "row",
      title,
      gridPos: at,
      collapsed: false,
      panels: [],
    });
    y += 1;
    let x = 0;
    let lineHeight = 0;
    for (const panel of panels) {
      const { width, height } = sizes[panel.kind];
      if (x + width > gridWidth) {
        y += lineHeight;
        x = 0;
        lineHeight = 0;
      }
      const gridPos = { h: height, w: width, x, y };
      list.push({ id: list.length + 1, ...panelOf(panel), gridPos });
      x += width;
      lineHeight = Math.max(lineHeight, height);
    }
    y += lineHeight;
  }
  return list;
}

function panelOf(panel: Panel): object {
  const { kind, title, description, targets } = panel;
  return {
    type: kind,
    title,
    description,
    datasource,
    targets: targets.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr,
      ...(legend === "" ? {} : { legendFormat: legend }),
      ...(kind === "timeseries" ? {} : { instant: true }),
      ...(kind === "table" ? { format: "table" } : {}),
    })),
    fieldConfig: { defaults: defaultsOf(panel), overrides: [] },
    options: optionsOf(kind),
  };
}

function defaultsOf({ kind, unit, redFrom }: Panel): object {
  const steps = [
    { color: "green", value: null },
    ...(redFrom === undefined ? [] : [{ color: "red", value: redFrom }]),
  ];
  const lines = { drawStyle: "line", fillOpacity: 10, showPoints: "never", spanNulls: false };
  return {
    unit,
    min: 0,
    thresholds: { mode: "absolute", steps },
    ...(kind === "timeseries" ? { custom: lines } : {}),
  };
}

function optionsOf(kind: Panel["kind"]): object {
  if (kind === "timeseries") {
    const legend = { displayMode: "table", placement: "bottom", calcs: ["mean", "max"] };
    return { legend, tooltip: { mode: "multi", sort: "desc" } };
  }
  if (kind === "stat") return { reduceOptions: { calcs: ["lastNotNull"] }, graphMode: "area" };
  return { showHeader: true };
}
