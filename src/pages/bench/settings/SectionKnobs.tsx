import type { ComponentProps } from "react";
import { Knobs } from "./Knobs.tsx";
import { RewardSettings } from "./rewards/RewardSettings.tsx";

/** The knobs of one section; those of a reward in parts come with its function and with what they are tried on. */
export function SectionKnobs({ own, keys, ...knobs }: ComponentProps<typeof Knobs> & { readonly own: boolean }) {
  return own ? <RewardSettings {...knobs} /> : <Knobs {...knobs} keys={keys} />;
}
