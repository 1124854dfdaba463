import type { GroupTexts } from "./text";

export const cost: GroupTexts = {
  "ecr-lifecycle": {
    description: "古いイメージは期限切れになります。ただし、ロールバックに要る最近のリリースのものは消えません。",
    mend: "リリース済みイメージを個数で残すルールを先頭に置きます(components/compute/images.ts)。",
  },
  "resource-tags": {
    description: "費用のかかるものには、プロジェクト、環境、管理方法のタグがあります。",
    mend: "タグはスタックファイルの `aws:defaultTags` に任せ、これらの名前をリソースに書きません。",
  },
};
