import { slug } from "../series/slug.ts";

/** `Accuracy` as `policy-lab-accuracy.csv`. */
export function fileName(title: string, extension: string): string {
  return `policy-lab-${slug(title)}.${extension}`;
}

/** Hands a file to whoever looks at the page. */
export function saveFile(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The browser reads the address after the click has been dealt with.
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Pixels for every unit of the picture at least, and of a small one so many across: sharp on paper and on dense screens. */
const SHARPNESS = 2;
const ACROSS = 1280;

/** An SVG as PNG. @throws {Error} where the browser cannot draw it. */
export async function pictureOf(svg: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  const sharpness = Math.max(SHARPNESS, ACROSS / image.naturalWidth);
  canvas.width = Math.round(image.naturalWidth * sharpness);
  canvas.height = Math.round(image.naturalHeight * sharpness);
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  const png = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!png) throw new Error("The browser gave no picture: save the SVG instead.");
  return png;
}
