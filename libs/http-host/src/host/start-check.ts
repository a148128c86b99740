/** Something that has to be so before a host's services can start. */
export interface StartCheck {
  /** The setting that says where to look. */
  readonly setting: string;
  /**
   * Looks, and does what belongs to it; may be called again and again.
   * @throws NotReady for what may mend itself, or is for somebody else to do: the host waits
   * @throws ConfigurationError for what does not: the host ends
   */
  check(): Promise<void>;
}
