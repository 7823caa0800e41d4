package io.tesserae.springboot;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;

/** Has the test data as resources, as a jar with a model has its files. */
final class FixturesClassLoader extends URLClassLoader {

    FixturesClassLoader() {
        super(new URL[] {testdata()}, FixturesClassLoader.class.getClassLoader());
    }

    private static URL testdata() {
        try {
            return Contexts.FIXTURES
                    .toAbsolutePath()
                    .normalize()
                    .getParent()
                    .toUri()
                    .toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException(e);
        }
    }
}
