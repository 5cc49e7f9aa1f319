/** Entry of the demo's phone window. */
import { phone } from '$platform';
import { mount } from 'svelte';

import '../look/base.css';
import { beat } from '../platform/heartbeat';
import Phone from './Phone.svelte';

mount(Phone, { target: document.body, props: { till: phone } });
beat(phone.alive);
