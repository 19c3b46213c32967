/** Packages and versions that the scripts were run with, see checks/python. */
export const REQUIREMENTS: Readonly<Record<string, string>> = {
  torch: "2.13.0",
  transformers: "5.0.0",
  trl: "1.9.2",
  datasets: "4.7.0",
  accelerate: "1.4.0",
};
