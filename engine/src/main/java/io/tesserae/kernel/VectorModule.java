package io.tesserae.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.module.ModuleFinder;

/**
 * The JDK's module of the Vector API: whether this JVM has it, and how it comes in where no flag named it.
 *
 * <p>A manifest cannot add a module, but the manifest of the jar that {@code java -jar} starts can export the JDK's own loader of
 * modules: {@code Add-Exports: java.base/jdk.internal.module}. That line is the request. Nothing else exports this package, nothing
 * could be loaded without it, and it holds in a jar of jars too, where an attribute of our own would have to be looked for. Where
 * nobody asks, nothing internal is touched.
 *
 * <p>The loader is found by its name, the one place of the project where something is: the package is not exported while this is
 * compiled, and not to everybody who runs it. It is internal to the JDK, so whatever it does instead of loading is a reason to
 * compute without vectors, and nothing worse.
 */
final class VectorModule {

    private static final String NAME = "jdk.incubator.vector";
    private static final String LOADER_PACKAGE = "jdk.internal.module";
    private static final String FLAG = "start java with --add-modules " + NAME;

    private VectorModule() {}

    /** Brings the module in where the manifest asks for it; why it is absent, and what to do, or null where it is there. */
    static synchronized String whyAbsent() {
        if (isThere()) {
            return null;
        }
        if (ModuleFinder.ofSystem().find(NAME).isEmpty()) {
            return "the Java in " + System.getProperty("java.home")
                    + " has no vector module: use a whole JDK, or link it" + " with jlink --add-modules " + NAME;
        }
        if (!Object.class.getModule().isExported(LOADER_PACKAGE, VectorModule.class.getModule())) {
            return "the vector module is not loaded: " + FLAG;
        }
        return load();
    }

    /** Asks for a class, not for a module of the boot layer: a module that is loaded later is in a layer of its own. */
    private static boolean isThere() {
        try {
            Class.forName(NAME + ".FloatVector", false, VectorModule.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    private static String load() {
        try {
            Module loaded = (Module) MethodHandles.lookup()
                    .findStatic(
                            Class.forName(LOADER_PACKAGE + ".Modules"),
                            "loadModule",
                            MethodType.methodType(Module.class, String.class))
                    .invokeExact(NAME);
            return isThere() ? null : couldNotLoad(loaded + " came in without its classes");
        } catch (Throwable e) { // that of another JDK may have changed in any way
            return couldNotLoad(e.toString());
        }
    }

    private static String couldNotLoad(String reason) {
        return "the vector module is not loaded: the manifest exports java.base/" + LOADER_PACKAGE
                + " to have it loaded, which" + " failed (" + reason + "): " + FLAG;
    }
}
