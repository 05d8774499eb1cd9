import { createRouter, createWebHistory, type Router } from "vue-router";
import { session } from "./session/session.js";

declare module "vue-router" {
  interface RouteMeta {
    /** What the page is called in the dictionaries, where it has no name of its own. */
    title?: string;
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
      { path: "/", redirect: "/rooms" },
      {
        path: "/sign-in",
        name: "sign-in",
        meta: { title: "signIn.title" },
        component: () => import("./session/SignIn.vue"),
      },
      {
        path: "/",
        component: () => import("./shell/Shell.vue"),
        children: [
          {
            path: "rooms",
            name: "rooms",
            meta: { title: "shell.rooms" },
            component: () => import("./cockpit/RoomsView.vue"),
          },
          {
            path: "rooms/:roomId",
            name: "room",
            props: true,
            component: () => import("./cockpit/RoomView.vue"),
          },
          {
            path: "viewers",
            name: "viewers",
            meta: { title: "shell.viewers" },
            component: () => import("./viewers/ViewersView.vue"),
          },
          {
            path: "viewers/:viewerId",
            name: "viewer",
            props: true,
            component: () => import("./viewers/ViewerView.vue"),
          },
          {
            path: "program",
            meta: { title: "shell.program" },
            component: () => import("./program/ProgramView.vue"),
            children: [
              { path: "", name: "program", component: () => import("./program/EditorView.vue") },
              {
                path: "versions",
                name: "versions",
                component: () => import("./program/VersionsView.vue"),
              },
              {
                path: "templates",
                name: "templates",
                component: () => import("./program/TemplatesView.vue"),
              },
            ],
          },
          {
            path: ":rest(.*)*",
            name: "not-found",
            meta: { title: "notFound.title" },
            component: () => import("./shell/NotFound.vue"),
          },
        ],
      },
    ],
  });

  // Whoever is not signed in is asked to, and comes back to the place they meant.
  router.beforeEach((to) => {
    if (to.name === "sign-in") return session.value && !to.query["again"] ? { name: "rooms" } : true;
    return session.value ? true : { name: "sign-in", query: { to: to.fullPath } };
  });
  return router;
}
