import { SimulatedProvider } from "../provider";
import { serve } from "../protocol";
import { GITHUB_SHAPES } from "./shapes";

void serve(
  new SimulatedProvider({ name: "github", shapes: GITHUB_SHAPES, shapesFolder: "sandbox/providers/github/shapes.ts" }),
);
