import { describe, expect, it } from "vitest";
import { auroraLogGroupName } from "../../../components/data/aurora-logs";
import { clusterParameters } from "../../../components/data/aurora-parameters";

const parameters = clusterParameters({ slowQuerySeconds: 0.5 });

describe("Aurora parameters", () => {
  it("are these", () => {
    expect(Object.fromEntries(parameters.map(({ name, value }) => [name, value]))).toEqual({
      character_set_server: "utf8mb4",
      collation_server: "utf8mb4_0900_as_ci",
      innodb_print_all_deadlocks: "1",
      local_infile: "0",
      log_output: "FILE",
      long_query_time: "0.5",
      require_secure_transport: "ON",
      server_audit_events: "CONNECT,QUERY_DCL,QUERY_DDL",
      server_audit_logging: "1",
      slow_query_log: "1",
      tls_version: "TLSv1.2,TLSv1.3",
    });
  });

  it("wait for a reboot where they are static, or may be AWS's default already", () => {
    const pending = parameters.filter(({ applyMethod }) => applyMethod === "pending-reboot").map(({ name }) => name);
    expect(pending).toEqual(["character_set_server", "collation_server", "log_output", "tls_version"]);
  });

  it("have a reason each, and are in order", () => {
    const names = parameters.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect(new Set(names).size).toBe(names.length);
    for (const { name, reason } of parameters) expect(reason.length, name).toBeGreaterThan(15);
  });

  it("are few enough for the one call that RDS takes them in", () => {
    expect(parameters.length).toBeLessThanOrEqual(20);
  });
});

describe("Aurora log groups", () => {
  it("are named as RDS names them", () => {
    expect(auroraLogGroupName("affiliate-production-database", "slowquery")).toBe(
      "/aws/rds/cluster/affiliate-production-database/slowquery",
    );
  });
});
