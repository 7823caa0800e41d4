/** What the operating system and the JVM say: whether a path is a file, and which limit of memory was reached. Not API. */
package io.tesserae.loaders.system;
