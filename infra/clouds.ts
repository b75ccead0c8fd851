import * as k8s from "@pulumi/kubernetes";
import * as random from "@pulumi/random";
import type { Settings } from "./settings.ts";

export interface Providers {
  kubernetes: k8s.Provider;
  random: random.Provider;
}

/** The only two providers there are: named, explicit, and on the context that the settings name. */
export function makeProviders(settings: Settings): Providers {
  const kubernetes = new k8s.Provider("cluster", {
    context: settings.context,
    ...(settings.kubeconfig === undefined ? {} : { kubeconfig: settings.kubeconfig }),
    enableServerSideApply: true,
    // The default of 50 a second makes a fleet of 1,000 tenants wait for the client and not for the cluster.
    kubeClientSettings: { qps: 1000, burst: 2000 },
    // An unreachable cluster is an error, never a success that did nothing or a state that forgot.
    skipUpdateUnreachable: false,
    deleteUnreachable: false,
  });
  return { kubernetes, random: new random.Provider("random") };
}
