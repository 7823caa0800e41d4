/** For tests of what depends on how the JVM was started: little memory, missing modules, flags. */
package io.tesserae.otherjvm;
