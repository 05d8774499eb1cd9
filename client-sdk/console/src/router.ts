import { createRouter, createWebHistory, type Router } from "vue-router";
import { home, routes } from "./core/registry.js";
import type { Words } from "./core/texts.js";
import { session } from "./session/session.js";

declare module "vue-router" {
  interface RouteMeta {
    /** What the page is called, where it has no name of its own. */
    title?: Words;
  }
}

/**
 * The pages. The router keeps the address that it finds when it is made, and writes it back: whatever is not to stay in the
 * address has to be taken out before.
 */
export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHistory("/console/"),
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
    routes: [
      { path: "/", redirect: () => ({ name: home() ?? "not-found" }) },
      {
        path: "/sign-in",
        name: "sign-in",
        meta: { title: { zh: "登录控制台", en: "Sign in to the console" } },
        component: () => import("./session/SignIn.vue"),
      },
      {
        path: "/",
        component: () => import("./shell/Shell.vue"),
        children: [
          ...routes,
          {
            path: ":rest(.*)*",
            name: "not-found",
            meta: { title: { zh: "没有这个页面", en: "There is no such page" } },
            component: () => import("./shell/NotFound.vue"),
          },
        ],
      },
    ],
  });

  // Whoever is not signed in is asked to, and comes back to the place they meant.
  router.beforeEach((to) => {
    if (to.name === "sign-in") return session.value && !to.query["again"] ? "/" : true;
    return session.value ? true : { name: "sign-in", query: { to: to.fullPath } };
  });
  return router;
}
