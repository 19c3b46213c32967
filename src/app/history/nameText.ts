import { plainText } from "../../lab/note.ts";

/** A run's name as it is kept: one line of plain text of at most 80 characters, without what turns or hides letters. */
export const nameText = (text: string) => plainText(text.replace(/\s+/g, " "), 80);
