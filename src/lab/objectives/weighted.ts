import { weightedSft } from "./dft.ts";

const CHORD = "Zhang et al. 2025, CHORD, arXiv 2508.11408";

export const eaft = weightedSft(
  "eaft",
  "EAFT",
  "Weights each expert token by the policy's entropy there: confident conflicts are left alone.",
  "Diao et al. 2026, Entropy-Adaptive Fine-Tuning, arXiv 2601.02151; code followed: fsdp_eaft_trainer of Towards-On-Policy-SFT",
  "eaft",
);
export const phiVariants = [
  weightedSft(
    "sft-phi",
    "SFT-φ",
    "Pushes the expert tokens that the policy is undecided about.",
    `${CHORD}, eq. 5; code followed: Trinity-RFT sft_phi`,
    "phi",
  ),
  weightedSft(
    "sft-phi-cutoff",
    "SFT-φ with a cutoff",
    "As SFT-φ, and leaves tokens alone once they are likely enough.",
    `${CHORD}; code followed: Trinity-RFT SFTPhiLossFn`,
    "phi-cutoff",
  ),
  weightedSft(
    "sft-focal",
    "SFT, focal",
    "Pushes the expert tokens that the policy has not learnt yet; CHORD's ablation.",
    `${CHORD}, appendix B.2; Lin et al. 2017, arXiv 1708.02002`,
    "focal",
  ),
  weightedSft(
    "sft-entropy-top",
    "SFT, highest entropy",
    "Trains only the expert tokens of highest entropy; CHORD's ablation.",
    `${CHORD}, appendix B.2`,
    "entropy-top",
  ),
  weightedSft(
    "sft-entropy-norm",
    "SFT, entropy",
    "Weights expert tokens in proportion to the policy's entropy; CHORD's ablation.",
    `${CHORD}, appendix B.2`,
    "entropy-norm",
  ),
  weightedSft(
    "sft-is-clip",
    "SFT, clipped IS",
    "As DFT, and leaves tokens alone once they are likely enough; CHORD's ablation.",
    `${CHORD}, appendix B.2`,
    "is-clip",
  ),
] as const;
