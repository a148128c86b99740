import { Injectable } from '@nestjs/common';

/** Operations as they are to stand in an OpenAPI document, complete: nothing that operations have in common is added. */
export interface Described {
  readonly paths: Readonly<Record<string, object>>;
  readonly schemas?: Readonly<Record<string, object>>;
  readonly securitySchemes?: Readonly<Record<string, object>>;
}

/** What services serve beside their controllers, for their OpenAPI documents. */
@Injectable()
export class DescribedRoutes {
  private readonly services = new Map<string, Described>();

  add(service: string, routes: Described): void {
    this.services.set(service, routes);
  }

  of(service: string): Described {
    return this.services.get(service) ?? { paths: {} };
  }
}
