import { PolicyPack } from "@pulumi/policy";
import { policiesOf } from "./framework/policies";
import { rules } from "./rules";

new PolicyPack("affiliate", { policies: policiesOf(rules) });
