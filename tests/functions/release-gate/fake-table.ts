import { ConditionalCheckFailedException, TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import type {
  DynamoDBDocumentClient,
  GetCommandInput,
  PutCommandInput,
  QueryCommandInput,
  TransactWriteCommandInput,
  UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { GetCommand, PutCommand, QueryCommand, TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { AwsClientStub } from "aws-sdk-client-mock";

type Item = Record<string, unknown>;
type Values = Record<string, unknown> | undefined;
/** Makes a call out of its effect: somewhere around it the network is, and the service's moods. */
export type Around = <I, O>(name: string, effect: (input: I) => O) => (input: I) => Promise<O>;

/**
 * DynamoDB as far as the gate uses it. Written, not recorded: it knows the few expressions there are and throws at any
 * other; records.test.ts holds the same class against an emulator.
 */
export class FakeTable {
  private readonly items = new Map<string, Item>();

  install(stub: AwsClientStub<DynamoDBDocumentClient>, around: Around): void {
    stub.on(GetCommand).callsFake(
      around("GetItem", ({ Key }: GetCommandInput) => {
        const item = this.items.get(keyOf(Key ?? {}));
        return { Item: item && structuredClone(item), $metadata: {} };
      }),
    );
    stub.on(PutCommand).callsFake(
      around("PutItem", (input: PutCommandInput) => {
        this.check(input.Item ?? {}, input.ConditionExpression, input.ExpressionAttributeValues);
        this.put(input.Item ?? {});
        return { $metadata: {} };
      }),
    );
    stub.on(TransactWriteCommand).callsFake(
      around("TransactWriteItems", ({ TransactItems = [] }: TransactWriteCommandInput) => {
        const puts = TransactItems.map(({ Put }) => Put).filter((put) => put !== undefined);
        const failed = puts.map(
          (put) => !this.holds(put.Item ?? {}, put.ConditionExpression, put.ExpressionAttributeValues),
        );
        if (failed.includes(true)) {
          const CancellationReasons = failed.map((no) => ({ Code: no ? "ConditionalCheckFailed" : "None" }));
          throw new TransactionCanceledException({ message: "cancelled", $metadata: {}, CancellationReasons });
        }
        for (const put of puts) this.put(put.Item ?? {});
        return { $metadata: {} };
      }),
    );
    stub.on(UpdateCommand).callsFake(
      around("UpdateItem", (input: UpdateCommandInput) => {
        const { Key = {}, UpdateExpression, ExpressionAttributeValues: values } = input;
        this.check(Key, input.ConditionExpression, values);
        const item: Item = { ...this.items.get(keyOf(Key)), ...Key };
        if (UpdateExpression === "SET holder = :owner, leaseEnds = :ends") {
          Object.assign(item, { holder: String(values?.[":owner"]), leaseEnds: Number(values?.[":ends"]) });
        } else if (UpdateExpression === "REMOVE holder, leaseEnds") {
          delete item.holder;
          delete item.leaseEnds;
        } else {
          throw new Error(`The fake table does not know ${UpdateExpression}`);
        }
        this.put(item);
        return { $metadata: {} };
      }),
    );
    stub.on(QueryCommand).callsFake(
      around("Query", ({ ExpressionAttributeValues: values }: QueryCommandInput) => {
        const found = this.all().filter(
          ({ kind, id }) => kind === values?.[":kind"] && String(id) > String(values?.[":since"]),
        );
        return { Items: found.sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1)), $metadata: {} };
      }),
    );
  }

  all(kind?: string): Item[] {
    return [...this.items.values()].filter((item) => kind === undefined || item.kind === kind);
  }

  /** As if somebody had deleted it. */
  forget(kind: string, id: string): void {
    this.items.delete(keyOf({ kind, id }));
  }

  clear(): void {
    this.items.clear();
  }

  private put(item: Item): void {
    // What the real client leaves out as well.
    this.items.set(keyOf(item), JSON.parse(JSON.stringify(item)) as Item);
  }

  private check(key: Item, condition: string | undefined, values: Values): void {
    if (this.holds(key, condition, values)) return;
    const { holder } = this.items.get(keyOf(key)) ?? {};
    throw new ConditionalCheckFailedException({
      message: "The conditional request failed",
      $metadata: { httpStatusCode: 400 },
      ...(typeof holder === "string" && { Item: { holder: { S: holder } } }),
    });
  }

  private holds(key: Item, condition: string | undefined, values: Values): boolean {
    const item = this.items.get(keyOf(key)) ?? {};
    switch (condition) {
      case undefined:
        return true;
      case "attribute_not_exists(id)":
        return item.id === undefined;
      case "version = :version":
        return item.version === values?.[":version"];
      case "holder = :owner":
        return item.holder === values?.[":owner"];
      case "attribute_not_exists(holder) OR holder = :owner OR leaseEnds < :now":
        return (
          item.holder === undefined ||
          item.holder === values?.[":owner"] ||
          Number(item.leaseEnds) < Number(values?.[":now"])
        );
      default:
        throw new Error(`The fake table does not know the condition ${condition}`);
    }
  }
}

const keyOf = ({ kind, id }: Item): string => `${String(kind)}/${String(id)}`;
