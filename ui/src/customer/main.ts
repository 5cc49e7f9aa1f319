/** Entry of the customer window. */
import { customer } from '$platform';
import { mount } from 'svelte';

import '../look/base.css';
import { keepStill } from '../platform/glass';
import { beat, hastening } from '../platform/heartbeat';
import Customer from './Customer.svelte';

// A customer who leans on the screen gets neither a menu nor a picture to drag away.
for (const event of ['contextmenu', 'dragstart', 'selectstart']) {
  document.addEventListener(event, (happened) => happened.preventDefault());
}

keepStill(document);
const heartbeat = beat(customer.alive);
const till = { ...customer, onScreen: hastening(heartbeat, customer.onScreen) };
mount(Customer, { target: document.body, props: { till } });
