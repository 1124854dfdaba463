import { replacements } from "../difference";
import { serve } from "../protocol";
import { SimulatedProvider } from "../provider";
import { DATADOG_SHAPES } from "./shapes";

/** Beside those that the documentation names. */
const REPLACEMENTS = replacements("datadog", {
  "index/dashboard:Dashboard": "layoutType",
  "index/metricTagConfiguration:MetricTagConfiguration": "metricName",
  "index/serviceLevelObjective:ServiceLevelObjective": "type",
  "pagerduty/serviceObject:ServiceObject": "serviceName",
  "slack/channel:Channel": "accountName",
});

const shapesFolder = "sandbox/providers/datadog/shapes.ts";
void serve(
  new SimulatedProvider({ name: "datadog", shapes: DATADOG_SHAPES, shapesFolder, replacements: REPLACEMENTS }),
);
