package io.tesserae.kernel;

import io.tesserae.tensor.Tensor;

/**
 * A stretch of a {@link Workspace}: the arrays that are taken from it live until it is closed, and are then used again. Frames
 * are opened and closed like the frames of a stack, so that no two uses share memory: a block of a model opens one, the attention
 * inside it another. A result that has to outlive a frame is taken from the caller's frame, which is passed in.
 *
 * <p>Not thread-safe: the thread that opened it takes from it. What was taken may be written by any.
 */
public final class Frame implements AutoCloseable {

    private final Workspace workspace;
    private final Frame outer; // null if there is none
    private Frame inner; // the one that is opened in this, again and again; null until then
    private int first; // of the workspace's arrays

    Frame(Workspace workspace, Frame outer) {
        this.workspace = workspace;
        this.outer = outer;
    }

    /** Opens this frame again, when this many arrays of the workspace are taken. */
    Frame openedAt(int taken) {
        first = taken;
        return this;
    }

    /** The frame in this one; the same every time, so that opening one allocates nothing. */
    Frame inner() {
        if (inner == null) {
            inner = new Frame(workspace, this);
        }
        return inner;
    }

    /** The workspace that this is a part of. */
    public Workspace workspace() {
        return workspace;
    }

    /**
     * An array of at least this length, with whatever it held before. It stays where it is until this frame is closed.
     *
     * @throws IllegalStateException if this is not the innermost open frame of the workspace
     */
    public float[] floats(int length) {
        return workspace.take(this, length);
    }

    /**
     * Such an array as a matrix.
     *
     * @throws IllegalStateException if this is not the innermost open frame of the workspace
     */
    public Tensor tensor(int rows, int columns) {
        return Tensor.of(floats(Tensor.elementCount(rows, columns)), rows, columns);
    }

    /**
     * Such an array as a tensor of this shape.
     *
     * @throws IllegalStateException if this is not the innermost open frame of the workspace
     */
    public Tensor tensor(int... shape) {
        return Tensor.of(floats(Tensor.elementCount(shape)), shape);
    }

    /**
     * Gives the arrays back; they must not be used afterwards. Where Java checks assertions, they are filled with NaN.
     *
     * @throws IllegalStateException if this is not the innermost open frame of the workspace
     */
    @Override
    public void close() {
        workspace.giveBack(this, outer, first);
    }
}
