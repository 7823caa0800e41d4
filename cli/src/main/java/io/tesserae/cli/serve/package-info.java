/** {@code tesserae serve}: models behind HTTP. */
package io.tesserae.cli.serve;
