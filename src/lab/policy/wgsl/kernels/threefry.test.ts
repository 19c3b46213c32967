import { afterAll, describe, expect, it } from "vitest";
import { uniform } from "../../../rng.ts";
import { openGpu, Usage } from "../device/device.ts";
import { suiteName, testDevice } from "../device/testDevice.ts";
import { threefry } from "./threefry.ts";

const found = await testDevice();
afterAll(() => found.device?.destroy());

describe.skipIf(!found.device)(suiteName("uniform numbers in WGSL", found), () => {
  it("are those of TypeScript, bit for bit", async () => {
    const gpu = openGpu(found.device!);
    const key = { seed: 0xdeadbeef, stream: 4, step: 123_456 };
    const [rows, positions] = [64, 64];
    const layout = gpu.device.createBindGroupLayout({
      entries: [{ binding: 0, visibility: 4, buffer: { type: "storage" } }],
    });
    const pipeline = await gpu.pipeline(
      "uniform",
      `${threefry}
@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) at: vec3u) {
  out[at.y * ${positions}u + at.x] = uniformAt(${key.seed}u, ${key.stream}u, ${key.step}u, at.y * 16000u, at.x * 64u);
}`,
      gpu.device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    );
    const bytes = rows * positions * 4;
    const out = gpu.buffer("out", bytes, Usage.storage | Usage.copySource);
    const staging = gpu.buffer("staging", bytes, Usage.mapRead | Usage.copyTarget);
    const group = gpu.bindGroup(layout, [{ buffer: out }]);
    gpu.submit("uniform", (encoder) => {
      const pass = encoder.beginComputePass();
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(positions / 64, rows);
      pass.end();
      encoder.copyBufferToBuffer(out, 0, staging, 0, bytes);
    });
    const drawn = await gpu.read(staging, bytes, (answer) => [...new Float32Array(answer)]);
    const expected = drawn.map((_, i) => uniform(key, Math.floor(i / positions) * 16_000, (i % positions) * 64));
    expect(drawn).toEqual(expected);
    gpu.dispose();
  });
});
