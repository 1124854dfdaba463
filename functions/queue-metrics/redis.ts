import { createClient } from "@redis/client";
import type { Connection, Credentials, Settings } from "./handler";

/**
 * A connection for one invocation: a function sleeps between two, and what it left open would be dead by then. Plain
 * RESP 2 and no introduction of the client, since the metrics user may send no command for either.
 *
 * @param ca certificate authority in PEM, for tests; in AWS the public ones do.
 */
export async function connectRedis(settings: Settings, credentials: Credentials, ca?: string): Promise<Connection> {
  const { redisHost: host, redisPort: port } = settings;
  const client = createClient({
    RESP: 2,
    username: credentials.username,
    password: credentials.password,
    disableClientInfo: true,
    maintNotifications: "disabled",
    socket: {
      host,
      port,
      tls: true,
      connectTimeout: 4000,
      // One try: the next invocation is the next one.
      reconnectStrategy: false,
      ...(ca === undefined ? {} : { ca }),
    },
  });
  // Without a listener a broken connection ends the process; the command under way reports it anyway.
  client.on("error", () => undefined);
  await client.connect();
  return {
    lLen: (key) => client.lLen(key),
    lIndex: (key, index) => client.lIndex(key, index),
    zCard: (key) => client.zCard(key),
    zCount: (key, min, max) => client.zCount(key, min, max),
    close: () => client.close(),
  };
}
