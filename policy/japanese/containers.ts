import type { GroupTexts } from "./text";

export const containers: GroupTexts = {
  "container-image-fixed": {
    description:
      "コンテナはダイジェストで指定したイメージを動かします。テンプレートには、リリースがイメージを入れるまで待つことが書かれています。",
    mend: "イメージをrepository@sha256:…で指定します。テンプレートのファミリーではタグunreleasedにします。",
  },
  "container-logs": {
    description: "コンテナの出力は保存されます。",
    mend: "logConfigurationを設定します(components/compute/containers.ts)。",
  },
  "container-no-plain-secret": {
    description: "シークレットは参照でコンテナに届き、環境変数に平文で書かれることはありません。",
    mend: "変数をsecretsに移し、valueFromにconfig/secrets.tsのキーを指定します。",
  },
  "container-read-only": {
    description: "コンテナは自分のファイルを変えられません。ECS Execが書き込む運用者用のコンソールには印があります。",
    mend: "readonlyRootFilesystem: trueを設定し、書き込む所にはボリュームを付けます(components/compute/containers.ts)。",
  },
  "container-unprivileged": {
    description: "コンテナは特権のないユーザーで動きます。",
    mend: "userを設定し、privilegedとcapabilitiesは書きません(components/compute/containers.ts)。",
  },
  "ecr-immutable": {
    description: "プッシュしたタグはずっと同じイメージを指し、イメージはすべてスキャンされます。",
    mend: 'imageTagMutability: "IMMUTABLE" とimageScanningConfiguration.scanOnPushを設定します(components/compute/images.ts)。',
  },
  "ecs-network-mode": {
    description: "タスクはFargateで動き、独自のアドレスとセキュリティグループを持ち、ホストから切り離されています。",
    mend: 'networkModeを "awsvpc"、requiresCompatibilitiesをFARGATEにし、pidModeは書きません(components/compute/task-template.ts)。',
  },
  "lambda-runtime-supported": {
    description: "関数は、セキュリティ更新のあるランタイムで動きます。",
    mend: "新しいランタイムにし、その上で関数のテストを実行します。",
  },
};
