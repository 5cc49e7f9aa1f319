/** Entry of the demo's phone window. */
import { phone } from '$platform';
import { mount } from 'svelte';

import '../look/base.css';
import { beat, hastening } from '../platform/heartbeat';
import Phone from './Phone.svelte';

const heartbeat = beat(phone.alive);
const till = { ...phone, onPhone: hastening(heartbeat, phone.onPhone) };
mount(Phone, { target: document.body, props: { till } });
