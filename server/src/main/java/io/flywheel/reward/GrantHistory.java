package io.flywheel.reward;

import io.flywheel.engine.ViewerKey;
import io.flywheel.v1.ListGrantsResponse;

/** The grants that a viewer got and that are not forgotten, page by page. Thread-safe. */
public interface GrantHistory {
  /**
   * A page, newest first.
   *
   * @param pageSize at most how many grants; 0: as many as the contract's default says
   * @param pageToken the {@code next_page_token} of the page before; empty: the first page
   * @throws io.flywheel.platform.errors.ServiceException INVALID_FIELD if the token is not one of
   *     this viewer's
   */
  ListGrantsResponse list(ViewerKey viewer, int pageSize, String pageToken);
}
