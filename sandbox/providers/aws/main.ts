import { AWS_SHAPES } from "./shapes";
import { AwsProvider } from "./aws-provider";
import { serve } from "../protocol";

void serve(new AwsProvider(AWS_SHAPES));
