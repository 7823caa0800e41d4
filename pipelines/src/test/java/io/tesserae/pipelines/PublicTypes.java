package io.tesserae.pipelines;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The public types of the packages that a module exports, as its module-info says, be it a folder or a jar. */
final class PublicTypes {

    private PublicTypes() {}

    /** Those of the module that a class belongs to, by name. */
    static List<Class<?>> ofModuleOf(Class<?> member) {
        try {
            Path place = Path.of(
                    member.getProtectionDomain().getCodeSource().getLocation().toURI());
            List<Class<?>> types = new ArrayList<>();
            for (ModuleReference module : ModuleFinder.of(place).findAll()) {
                types.addAll(exported(module, member.getClassLoader()));
            }
            types.sort(Comparator.comparing(Class::getName));
            return types;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException | ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Class<?>> exported(ModuleReference module, ClassLoader loader)
            throws IOException, ClassNotFoundException {
        Set<String> packages = module.descriptor().exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
        List<Class<?>> types = new ArrayList<>();
        try (ModuleReader reader = module.open();
                Stream<String> files = reader.list()) {
            for (String file : files.filter(name -> name.matches(".*/\\w+(\\$\\w+)*\\.class"))
                    .toList()) {
                String name =
                        file.substring(0, file.length() - ".class".length()).replace('/', '.');
                if (packages.contains(name.substring(0, name.lastIndexOf('.')))) {
                    Class<?> type = Class.forName(name, false, loader);
                    if (isPublic(type)) {
                        types.add(type);
                    }
                }
            }
        }
        return types;
    }

    private static boolean isPublic(Class<?> type) {
        for (Class<?> outer = type; outer != null; outer = outer.getEnclosingClass()) {
            if (!Modifier.isPublic(outer.getModifiers()) || outer.isAnonymousClass() || outer.isLocalClass()) {
                return false;
            }
        }
        return true;
    }
}
