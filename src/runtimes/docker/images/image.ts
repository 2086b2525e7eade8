// An image of the engine, as whoever runs in it knows it. Plain data.

export interface Image {
  readonly id: string;
  /** As the file has it. */
  readonly name?: string;
  /** Who its containers run as. */
  readonly user: string;
}
