import { SimulatedProvider } from "../provider";
import { serve } from "../protocol";
import { DATADOG_SHAPES } from "./shapes";

void serve(
  new SimulatedProvider({
    name: "datadog",
    shapes: DATADOG_SHAPES,
    shapesFolder: "sandbox/providers/datadog/shapes.ts",
  }),
);
