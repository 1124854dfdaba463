import { serve } from "../protocol";
import { AwsProvider } from "./aws-provider";

void serve(new AwsProvider(), "simulated cloud: no AWS account is touched");
