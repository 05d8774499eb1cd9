import { shallowRef } from "vue";
import type { SignInFailure } from "./entry.js";

/** Why the token that the page was opened with is not good. */
export const failure = shallowRef<SignInFailure>();
