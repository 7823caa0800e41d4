/** What networks of all families are to those who train them, and the heads that families share. */
package io.tesserae.training.network;
