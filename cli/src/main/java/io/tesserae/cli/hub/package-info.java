/**
 * Models by their names: the hub, its cache and the commands about it ({@code download}, {@code cache}), folders, and what comes along.
 */
package io.tesserae.cli.hub;
