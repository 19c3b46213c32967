/** snapshot ← mix · current + (1 − mix) · snapshot, over the flat vectors (quads). */
export function mixCode(p4: number): string {
  return /* wgsl */ `
@group(0) @binding(0) var<uniform> share: vec4f;
@group(0) @binding(1) var<storage, read> current: array<vec4f>;
@group(0) @binding(2) var<storage, read_write> snapshot: array<vec4f>;
@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) lane: u32) {
  for (var i = group.x * 256u + lane; i < ${p4}u; i += groups.x * 256u) {
    snapshot[i] = share.x * current[i] + (1.0 - share.x) * snapshot[i];
  }
}`;
}
