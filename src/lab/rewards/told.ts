/** Told how many of a batch's answers a part that takes long has rated: none at its beginning, all at its end. */
export type Told = (done: number, of: number) => void;
