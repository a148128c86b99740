export interface SourceMapText {
  readonly version: number;
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}
export function withOwnSourcesOnly(map: SourceMapText, isOwn: (source: string) => boolean): SourceMapText;
