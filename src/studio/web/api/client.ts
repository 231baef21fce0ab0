import {
  refusedHeader,
  routes,
  refusalSchema,
  type Refusal,
  type RouteAnswer,
  type RouteBody,
  type RouteName,
} from '../../protocol/index.ts';
import { postLarge } from './posting.ts';
import { postJson } from './postJson.ts';
import { launchToken } from './token.ts';

/** What the server would not do, in its words; `status` 0 when it could not be reached. */
export class ApiError extends Error {
  readonly status: number;
  readonly refusal: Refusal;

  constructor(status: number, refusal: Refusal) {
    super(refusal.message);
    this.name = 'ApiError';
    this.status = status;
    this.refusal = refusal;
  }

  /** What went wrong, and what to do, in one line. */
  get words(): string {
    return [this.refusal.message, this.refusal.hint].filter(Boolean).join(' ');
  }
}

const token = launchToken();

/** Sends JSON to the server. */
export async function post(path: string, body: unknown, options: RequestInit = {}): Promise<Response> {
  return postJson(path, body, token, options);
}

interface AskOptions extends RequestInit {
  /** The body is so large that the page should not wait until it is sent; it is not sent when the page goes away. */
  readonly isLarge?: boolean;
  /** It has been asked already. */
  readonly asked?: Promise<Response> | undefined;
}

/** Asks a route. Throws an ApiError with the server's words, or with ours when there is no server. */
export async function ask<Name extends RouteName>(
  name: Name,
  body: RouteBody<Name>,
  { isLarge = false, asked, ...options }: AskOptions = {},
): Promise<RouteAnswer<Name>> {
  let response: Response;
  try {
    const path = `/api/${name}`;
    response = await (asked ?? (isLarge ? postLarge(path, body, token) : post(path, body, options)));
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    throw new ApiError(0, {
      code: 'offline',
      message: 'The Studio does not answer.',
      hint: 'Is `catalyst studio` still running in its terminal? What you draw is kept here and saved when it is back.',
    });
  }
  const refused = response.headers.get(refusedHeader);
  if (!response.ok || refused !== null)
    throw new ApiError(Number(refused ?? response.status), await refusalOf(response));
  return routes[name].answer.parse(await response.json()) as RouteAnswer<Name>;
}

async function refusalOf(response: Response): Promise<Refusal> {
  const parsed = refusalSchema.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  if (response.status === 401)
    return {
      code: 'token',
      message: 'This page belongs to another start of the Studio.',
      hint: 'Open the address that `catalyst studio` printed last.',
    };
  return { code: 'http', message: `The Studio answered with status ${response.status}.` };
}
