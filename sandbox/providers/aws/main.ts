import { AwsProvider } from "./aws-provider";
import { serve } from "../protocol";

// The engine shows it once per run, with what else the providers have to say.
process.stderr.write("simulated cloud: no AWS account is touched\n");
void serve(new AwsProvider());
