/** A number as a control or a readout writes it: at most `digits` significant ones, very small and large as 3e-5. */
export function numberText(value: number, digits = 4): string {
  if (!Number.isFinite(value)) return String(value);
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e6) {
    const [mantissa, exponent] = value.toExponential(Math.min(digits, 3) - 1).split("e");
    return `${trimmed(mantissa!)}e${Number(exponent)}`.replace("-", value < 0 ? "−" : "-");
  }
  const places = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  return trimmed(value.toFixed(Math.min(places, 6))).replace("-", "−");
}

/** A number beside a chart's title: two places where they mean something, so that its width hardly changes. */
export function readoutText(value: number): string {
  const size = Math.abs(value);
  return size >= 0.01 && size < 10 ? value.toFixed(2).replace("-", "−") : numberText(value, 3);
}

/** A number as an entry field holds it: nothing is rounded away, so that what is read back is the same. */
export function entryText(value: number): string {
  const size = Math.abs(value);
  return size > 0 && size < 1e-3 ? value.toExponential() : String(value);
}

function trimmed(decimal: string): string {
  return decimal.includes(".") ? decimal.replace(/\.?0+$/, "") : decimal;
}

/** `1:05` for 65 seconds, `1:02:05` above an hour. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** `812`, `41k`, `3.2M`. */
export function countText(count: number): string {
  if (count < 1000) return String(Math.round(count));
  if (count < 1e6) return `${(count / 1e3).toFixed(count < 1e4 ? 1 : 0)}k`;
  return `${(count / 1e6).toFixed(1)}M`;
}
